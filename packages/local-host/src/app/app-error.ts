/** The app cannot be loaded or served as it is; `message` is one line for the person at the terminal. */
export class AppError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AppError";
  }
}
