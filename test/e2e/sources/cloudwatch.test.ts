import { CLOUDWATCH_SKIP, startCloudwatch } from '../../support/cloudwatch.ts';
import { testJudged } from './judged.ts';
import { servedByMinute, VERSIONS } from './served.ts';

const KEYS = { accessKeyId: 'AKIDOFTHETEST', secretAccessKey: 'secret-of-the-keys-of-the-test' };
const REGION = 'eu-west-1';

const query = (metric: string, stat: string) => ({
  source: 'cloudwatch',
  namespace: 'Shop',
  metric,
  dimensions: { Version: '${scope}' },
  stat,
});

testJudged('CloudWatch by moto', {
  skip: CLOUDWATCH_SKIP,
  async start() {
    const data = Object.values(VERSIONS).flatMap((version) =>
      servedByMinute(version).flatMap(({ at, requests, errors, seconds }) =>
        Object.entries({ Requests: requests, Errors: errors, Latency: seconds }).map(
          ([MetricName, Value]) => ({
            MetricName,
            Dimensions: [{ Name: 'Version', Value: version }],
            Timestamp: at / 1000,
            Value,
          }),
        ),
      ),
    );
    const server = await startCloudwatch({ ...KEYS, region: REGION }, 'Shop', data);
    const account = (secretAccessKey: string) => ({
      source: 'cloudwatch',
      url: server.url,
      auth: { type: 'sigv4', region: REGION, accessKeyId: 'env:AWS_KEY', secretAccessKey },
    });
    return {
      account: account('env:AWS_SECRET'),
      refused: account('env:AWS_WRONG'),
      env: {
        AWS_KEY: KEYS.accessKeyId,
        AWS_SECRET: KEYS.secretAccessKey,
        AWS_WRONG: 'not-the-secret-of-these-keys',
      },
      stop: () => server.stop(),
    };
  },
  errors: query('Errors', 'Sum'),
  requests: query('Requests', 'Sum'),
  latency: query('Latency', 'Average'),
  refuses:
    /answered 403 .*SignatureDoesNotMatch.*check the account's secretAccessKey and its region/,
});
