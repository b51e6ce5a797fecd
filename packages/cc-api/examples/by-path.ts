import { createCcClient } from '@moorline/cc-api';

const cc = createCcClient({
  baseUrl: process.env['CC_URL'] ?? 'http://127.0.0.1:8080',
  token: process.env['CC_TOKEN'] ?? '',
});

const result = await cc.GET('/api/jobs/', { query: { state: ['running', 'failed'], 'items-per-page': 10 } });
switch (result.status) {
  case 200:
    console.log(`${result.body.jobs.length} jobs`);
    break;
  case 400:
  case 401:
  case 500:
    console.log(result.body.error);
    break;
  default:
    result satisfies never; // a status that is not handled does not compile
}
