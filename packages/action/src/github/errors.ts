import { MotionTransferError } from '@motion-transfer/core';

/** GitHub answered, and the answer is no. 403 and 404 mean a missing permission as often as a missing thing. */
export class GitHubRefusalError extends MotionTransferError {
  override readonly name = 'GitHubRefusalError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
