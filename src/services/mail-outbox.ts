export interface Mail {
  /** The sender's idempotency key; receivers ignore a message with an id that they have seen. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Passes mail to the system that delivers it. */
export interface MailOutbox {
  /** A repeated call with the same message id sends nothing. */
  send(mail: Mail): Promise<void>;
}
