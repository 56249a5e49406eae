// Elements of the page, made in one expression.
type Child = Node | string | undefined;

interface Given {
  /** Classes. */
  readonly class?: string;
  readonly text?: string;
  readonly [attribute: string]: string | number | boolean | undefined;
}

/** Attributes that are true are there, false and undefined ones are not. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Given = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    if (name === 'text') element.textContent = String(value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

export function button(text: string, onClick: () => void, given: Given = {}): HTMLButtonElement {
  const made = make('button', { type: 'button', text, ...given });
  made.addEventListener('click', onClick);
  return made;
}
