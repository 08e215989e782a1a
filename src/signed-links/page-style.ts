/** Style sheet of the pages behind signed links. Each page contains it, and loads nothing. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1d2733; --soft: #5b6877; --paper: #ffffff; --ground: #eef1f4; --line: #dde3e9;
  --accent: #0f6b5c; --accent-ink: #ffffff; --danger: #a4262c; --warn-ground: #fff4d6; --warn-ink: #6b4a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6ebf0; --soft: #9aa7b4; --paper: #1c232b; --ground: #12171c; --line: #313b46;
    --accent: #3fb39d; --accent-ink: #06231d; --danger: #ff8f8a; --warn-ground: #3a2f10; --warn-ink: #ffdd8a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px;
  background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%; max-width: 560px; background: var(--paper); border: 1px solid var(--line);
  border-radius: 14px; padding: 28px 32px 24px; box-shadow: 0 10px 30px rgb(15 30 45 / 8%);
}
header { font-weight: 600; letter-spacing: 0.01em; color: var(--accent); }
header span { color: var(--soft); font-weight: 400; }
h1 { margin: 14px 0 6px; font-size: 28px; line-height: 1.2; letter-spacing: -0.01em; text-wrap: balance; }
p { margin: 10px 0; overflow-wrap: anywhere; }
.lead, .small { color: var(--soft); }
.small { font-size: 14px; }
dl { margin: 20px 0; border-top: 1px solid var(--line); }
dl div { display: flex; gap: 16px; padding: 10px 0; border-bottom: 1px solid var(--line); }
dt { flex: 0 0 118px; color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
code { font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.warning { padding: 10px 14px; border-radius: 8px; background: var(--warn-ground); color: var(--warn-ink); }
form { display: flex; gap: 12px; margin: 22px 0 12px; }
button {
  flex: 1; padding: 12px 18px; border-radius: 9px; border: 1px solid transparent; cursor: pointer;
  font: inherit; font-weight: 600;
}
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.approve { background: var(--accent); color: var(--accent-ink); }
.approve:hover { filter: brightness(1.08); }
.reject { background: transparent; color: var(--danger); border-color: currentcolor; }
.reject:hover { background: color-mix(in srgb, var(--danger) 10%, transparent); }
@media (max-width: 460px) {
  main { padding: 22px 18px 18px; }
  dl div { flex-direction: column; gap: 0; }
  dt { flex: none; }
  form { flex-direction: column; }
}
`;
