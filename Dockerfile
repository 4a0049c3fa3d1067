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
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY src src
COPY sql sql
COPY ivr-flows ivr-flows
COPY --from=pages /app/dist dist
USER node
EXPOSE 3000
CMD ["node", "src/main.ts"]
