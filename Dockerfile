FROM node:26-slim AS pages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN node src/pages/build.ts

FROM node:26-slim
WORKDIR /app
ENV HOST=0.0.0.0
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force
COPY src src
COPY sql sql
COPY ivr-flows ivr-flows
COPY --from=pages /app/dist dist
RUN mkdir .data && chown node .data
VOLUME /app/.data
USER node
EXPOSE 3000
# As in `npm start`: a heap that grows in small steps takes a fifth less memory at full load.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=50", "--v8-pool-size=1", "src/main.ts"]
