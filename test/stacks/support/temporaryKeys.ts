import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { S3Access, S3Keys } from '../../../settings/objectStore';

/** Longer than `make tenants` takes. */
const LIFETIME_S = 6 * 3600;
const ROLE = 'Lake';
const ARN = `arn:aws:iam::role/${ROLE}`;

/** What a SeaweedFS store is started with, so that it gives temporary keys to all who have its own ones. */
export const TOKEN_SERVICE = {
  sts: {
    tokenDuration: '1h',
    maxSessionLength: '12h',
    issuer: 'currents-test',
    signingKey: Buffer.from('only for tests, 32 bytes or more').toString('base64'),
  },
  policy: { defaultEffect: 'Deny', storeType: 'memory' },
  policies: [{ name: 'All', document: allowing({ Action: ['s3:*'], Resource: ['*'] }) }],
  roles: [
    {
      roleName: ROLE,
      roleArn: ARN,
      trustPolicy: allowing({ Principal: '*', Action: ['sts:AssumeRole'] }),
      attachedPolicies: ['All'],
    },
  ],
};

function allowing(what: object): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...what }] };
}

const ASK = `
import boto3, json, sys
sts = boto3.client("sts", **json.loads(sys.argv[1]))
keys = sts.assume_role(RoleArn="${ARN}", RoleSessionName="test", DurationSeconds=${LIFETIME_S})["Credentials"]
print(json.dumps({"accessKeyId": keys["AccessKeyId"], "secretAccessKey": keys["SecretAccessKey"],
                  "sessionToken": keys["SessionToken"]}))
`;

/** Temporary keys of the store, which are worth nothing without their token. */
export async function temporaryKeys(
  python: string,
  { endpoint, region, keys }: S3Access,
): Promise<Required<S3Keys>> {
  const client = {
    endpoint_url: endpoint,
    region_name: region,
    aws_access_key_id: keys!.accessKeyId,
    aws_secret_access_key: keys!.secretAccessKey,
  };
  const { stdout } = await promisify(execFile)(python, ['-c', ASK, JSON.stringify(client)]);
  return JSON.parse(stdout) as Required<S3Keys>;
}
