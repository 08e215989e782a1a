/** A length of time that carries its unit; several parts add up: `{ hours: 1, minutes: 30 }`. */
export interface Duration {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

/** The duration in whole milliseconds. @throws {RangeError} if it is negative or not finite */
export function toMilliseconds(duration: Duration): number {
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = duration;
  const total = Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds);
  if (!Number.isFinite(total) || total < 0) {
    throw new RangeError(`Not a duration: ${JSON.stringify(duration)}`);
  }
  return total;
}
