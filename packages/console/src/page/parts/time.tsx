import { Text } from "./text.tsx";

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** For example `3d 4h`, `12m`, `5s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const at = Math.max(
    0,
    UNITS.findIndex(([, size]) => seconds >= size),
  );
  if (seconds === 0) return "0s";
  const [name, size] = UNITS[at] ?? ["s", 1];
  const [minor, minorSize] = UNITS[at + 1] ?? ["", 0];
  const rest = minorSize === 0 ? 0 : Math.floor((seconds % size) / minorSize);
  return `${Math.floor(seconds / size)}${name}${rest === 0 ? "" : ` ${rest}${minor}`}`;
}

/** As {@link duration}, with milliseconds and tenths of seconds, for example `120 ms` or `2.1 s`. */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000)
    return `${Number((milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0))} s`;
  return duration(milliseconds);
}

const pad = (value: number) => String(value).padStart(2, "0");

/** In the local time zone, without the date if it is today. */
export function moment(time: Date, now: Date): string {
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`;
  if (time.toDateString() === now.toDateString()) return clock;
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${clock}`;
}

interface MomentProps {
  readonly value: string;
  readonly now: number;
  /** With milliseconds. */
  readonly isExact?: boolean;
}

/** A moment, with the time as the host tells it as a hint. */
export function Moment({ value, now, isExact = false }: MomentProps) {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return <Text value={value} most={30} />;
  const milliseconds = isExact ? `.${String(time.getMilliseconds()).padStart(3, "0")}` : "";
  return (
    <time dateTime={value} title={value}>
      {moment(time, new Date(now)) + milliseconds}
    </time>
  );
}
