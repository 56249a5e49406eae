// Dates in columns of numbers: days since 1970-01-01 (UTC); the time of day is their fraction.

const millisecondsOfDay = 86_400_000;
/** Beyond these, dates have no four-digit year. */
const mostDays = 2_932_896;

/** `2013-05-14`, `2013-05-14 08:30`; days that are no date as a number. */
export function dateText(days: number): string {
  if (!Number.isFinite(days) || days < -719_162 || days > mostDays) return String(days);
  const [date, time] = new Date(Math.round(days * 86_400) * 1000).toISOString().split('T') as [string, string];
  if ((Math.round(days * 86_400) * 1000) % millisecondsOfDay === 0) return date;
  const clock = time.slice(0, 8);
  return `${date} ${clock.endsWith(':00') ? clock.slice(0, 5) : clock}`;
}
