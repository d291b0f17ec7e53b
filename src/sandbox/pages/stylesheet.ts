/** The one stylesheet of all pages. Colours meet WCAG 2.2 AA in both schemes (text at least 4.5 to 1). */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --ground: #f4f1ec; --card: #ffffff; --text: #1f2328; --quiet: #57606a; --line: #d6d0c6;
  --accent: #9a3412; --on-accent: #ffffff; --stripe: #f2b705; --on-stripe: #1f2328; --code: #f6f3ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --card: #1d2126; --text: #e8e6e3; --quiet: #a9b1ba; --line: #3a4149;
    --accent: #ffb38a; --on-accent: #33150a; --stripe: #c99700; --on-stripe: #14171b; --code: #14171b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
.banner {
  margin: 0; padding: .6rem 1rem; text-align: center; font-weight: 600; color: var(--on-stripe);
  background: var(--stripe); border-bottom: 4px solid var(--on-stripe);
}
main {
  max-width: 34rem; margin: 2.5rem auto; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px;
}
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
main > :last-child { margin-bottom: 0; }
.quiet { color: var(--quiet); font-size: .9rem; }
pre, code { font-family: ui-monospace, monospace; background: var(--code); border: 1px solid var(--line); border-radius: 6px; }
pre { padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
code { padding: .1rem .3rem; overflow-wrap: anywhere; }
#authorization_code { display: block; margin: 0 0 1rem; padding: 1rem; font-size: .95rem; user-select: all; }
fieldset { margin: 0 0 1.25rem; padding: 0; border: 0; }
legend { margin-bottom: .5rem; padding: 0; font-weight: 600; }
label { display: flex; gap: .75rem; align-items: flex-start; padding: .65rem .8rem; border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
label + label { margin-top: .5rem; }
label:has(input:checked) { border-color: var(--accent); }
label small { display: block; color: var(--quiet); }
input[type="radio"] { margin: .3rem 0 0; accent-color: var(--accent); }
.answers { margin-bottom: 1.25rem; display: flex; gap: .75rem; flex-wrap: wrap; }
button {
  padding: .6rem 1.4rem; border: 1px solid var(--accent); border-radius: 8px; background: transparent;
  color: var(--accent); font: inherit; font-weight: 600; cursor: pointer;
}
button.primary { background: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
ul { padding-left: 1.25rem; }
`;
