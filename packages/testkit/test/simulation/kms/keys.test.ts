import { createHash, verify } from 'node:crypto';
import {
  CancelKeyDeletionCommand,
  DescribeKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addKey, createWorld, type KeyOptions } from '../../../src/index.js';

const REGION = 'eu-west-1';

function prepare(options: KeyOptions = {}) {
  const world = createWorld();
  onTestFinished(() => world.dispose());
  const key = addKey(world.account('111122223333').region(REGION), { alias: 'alias/cordon', ...options });
  const client = (account: string) =>
    new KMSClient({ region: REGION, credentials: world.account(account).credentials() });
  return { world, key, kms: client('111122223333'), stranger: client('999900001111') };
}

describe('KMS keys', () => {
  it('are found by id, ARN and alias, by another account by ARN and only when shared', async () => {
    const { key, kms, stranger } = prepare();
    const names = [key.id, key.arn, 'alias/cordon'];
    const found = await Promise.all(names.map((KeyId) => kms.send(new DescribeKeyCommand({ KeyId }))));
    expect(found.map((one) => one.KeyMetadata?.Arn)).toEqual([key.arn, key.arn, key.arn]);
    await expect(stranger.send(new DescribeKeyCommand({ KeyId: key.arn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(stranger.send(new DescribeKeyCommand({ KeyId: key.id }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    key.sharedWith.add('999900001111');
    expect((await stranger.send(new DescribeKeyCommand({ KeyId: key.arn }))).KeyMetadata?.KeyManager).toBe(
      'CUSTOMER',
    );
  });

  it.each(['RAW', 'DIGEST'] as const)(
    'sign %s so that anybody with the public key can verify',
    async (MessageType) => {
      const { key, kms } = prepare({ usage: 'SIGN_VERIFY' });
      const text = Buffer.from('the head of the journal');
      const Message = MessageType === 'RAW' ? text : createHash('sha256').update(text).digest();
      const request = { KeyId: key.arn, Message, MessageType, SigningAlgorithm: 'ECDSA_SHA_256' as const };
      const { Signature = new Uint8Array() } = await kms.send(new SignCommand(request));
      const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: key.arn }));
      const publicKey = { key: Buffer.from(PublicKey), format: 'der', type: 'spki' } as const;
      expect(verify('sha256', text, publicKey, Signature)).toBe(true);
      expect((await kms.send(new VerifyCommand({ ...request, Signature }))).SignatureValid).toBe(true);
      const forged = { ...request, Message: createHash('sha256').update('other').digest(), Signature };
      await expect(kms.send(new VerifyCommand(forged))).rejects.toMatchObject({
        name: 'KMSInvalidSignatureException',
      });
    },
  );

  it('do not sign when they are for encryption, disabled or dying', async () => {
    const sign = ({ kms, key }: ReturnType<typeof prepare>) =>
      kms.send(
        new SignCommand({ KeyId: key.arn, Message: Buffer.from('x'), SigningAlgorithm: 'ECDSA_SHA_256' }),
      );
    await expect(sign(prepare())).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
    const { kms, key } = prepare();
    await expect(kms.send(new GetPublicKeyCommand({ KeyId: key.arn }))).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    });
    const disabled = prepare({ usage: 'SIGN_VERIFY', state: 'Disabled' });
    await expect(sign(disabled)).rejects.toMatchObject({ name: 'DisabledException' });
    const dying = prepare({ usage: 'SIGN_VERIFY', state: 'PendingDeletion' });
    await expect(sign(dying)).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    await dying.kms.send(new CancelKeyDeletionCommand({ KeyId: dying.key.arn }));
    // Saved, but still not to be used.
    await expect(sign(dying)).rejects.toMatchObject({ name: 'DisabledException' });
  });
});
