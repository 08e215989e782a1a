/** A moment for people to read: `24 Nov 2026, 10:00 UTC`. @param moment in RFC 3339 */
export function formatMoment(moment: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(new Date(moment))} UTC`;
}
