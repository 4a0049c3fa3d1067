import t from 'tap'
import { s3Server } from './s3-server.ts'
import { sha256, signatureOf } from './s3-signature.ts'

/** The requests whose signatures AWS publishes, with its key of no account. */
const published = [
  {
    request: { method: 'GET', target: '/test.txt', headers: { range: 'bytes=0-9' }, body: '' },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    request: {
      method: 'PUT',
      target: '/test$file.text',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      },
      body: 'Welcome to Amazon S3.',
    },
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    request: { method: 'GET', target: '/?lifecycle', headers: {}, body: '' },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    request: { method: 'GET', target: '/?max-keys=2&prefix=J', headers: {}, body: '' },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
] as const

t.test('the stand-in checks signatures as AWS publishes them', async (t) => {
  for (const { request, signature } of published) {
    const { method, target, body } = request
    const headers: Record<string, string> = {
      ...request.headers,
      host: 'examplebucket.s3.amazonaws.com',
      'x-amz-content-sha256': sha256(body),
      'x-amz-date': '20130524T000000Z',
    }
    const signed = Object.keys(headers).sort()
    const scope = '20130524/us-east-1/s3/aws4_request'
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
    t.equal(signatureOf({ method, target, headers }, signed, scope, secret), signature, target)
  }
})

t.test('the stand-in takes nothing that is not signed', async (t) => {
  const server = await s3Server(t)
  const answer = await fetch(`${server.url}/photos/x`)
  t.equal(answer.status, 403)
  t.match(await answer.text(), /<Error><Code>AccessDenied<\/Code>/)
})
