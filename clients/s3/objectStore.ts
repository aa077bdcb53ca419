import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Config } from '../../settings/config';
import { ObjectStoreError } from './errors';
import { createS3Client } from './s3Client';

export interface StoredObject {
  key: string;
  bytes: number;
  modified_ms: number;
}

/** S3, reduced to the needs of landing. Every method can be repeated safely. */
export class ObjectStore {
  constructor(
    private readonly client: S3Client,
    readonly bucket: string,
  ) {}

  static connect(config: Config, bucket = config.NEM_BUCKET): ObjectStore {
    return new ObjectStore(createS3Client(config.s3), bucket);
  }

  uri(key: string): string {
    return `s3://${this.bucket}/${key}`;
  }

  /** Creates the bucket unless it is there; a role that uses one may often not create any. */
  async ensureBucket(): Promise<void> {
    if (await this.hasBucket()) return;
    await this.client.send(new CreateBucketCommand({ Bucket: this.bucket })).catch((error: unknown) => {
      if (!['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'].includes(nameOf(error)))
        throw new ObjectStoreError('create', this.bucket, error);
    });
  }

  private async hasBucket(): Promise<boolean> {
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: this.bucket }));
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw new ObjectStoreError('head', this.bucket, error);
    }
  }

  /** Stores bytes unless the key exists; false when it did. */
  async putOnce(key: string, body: Buffer | string, metadata: Record<string, string> = {}): Promise<boolean> {
    try {
      await this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: body,
          Metadata: metadata,
          IfNoneMatch: '*',
        }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 412) return false;
      throw new ObjectStoreError('put', key, error);
    }
  }

  async put(key: string, body: Buffer | string): Promise<void> {
    await this.client
      .send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body }))
      .catch(failAs('put', key));
  }

  /** Metadata of an object, or null when there is none. */
  async head(key: string): Promise<Record<string, string> | null> {
    try {
      const answer = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
      return answer.Metadata ?? {};
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw new ObjectStoreError('head', key, error);
    }
  }

  async get(key: string): Promise<Buffer> {
    const answer = await this.client
      .send(new GetObjectCommand({ Bucket: this.bucket, Key: key }))
      .catch(failAs('get', key));
    return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
  }

  /** An object by the address that `uri` made. */
  async getUri(uri: string): Promise<Buffer> {
    return this.get(uri.replace(this.uri(''), ''));
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    let token: string | undefined;
    do {
      const page = await this.client
        .send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: token }))
        .catch(failAs('list', prefix));
      for (const item of page.Contents ?? [])
        found.push({
          key: item.Key ?? '',
          bytes: item.Size ?? 0,
          modified_ms: item.LastModified?.getTime() ?? Date.now(),
        });
      token = page.NextContinuationToken;
    } while (token);
    return found;
  }

  async remove(key: string): Promise<void> {
    await this.client
      .send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }))
      .catch(failAs('delete', key));
  }

  close(): void {
    this.client.destroy();
  }
}

function failAs(operation: string, key: string): (error: unknown) => never {
  return (error) => {
    throw new ObjectStoreError(operation, key, error);
  };
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
