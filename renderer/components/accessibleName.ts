// `v-accessible-name="text"`: what a control of Naive UI is called, put on the element inside it that has the focus.
import type { Directive } from 'vue';

/** Inputs, and what plays the part of one. */
const controls = 'input, textarea, [role="slider"], [role="combobox"], [role="spinbutton"], [role="switch"]';

function name(element: HTMLElement, text: string): void {
  const inner = element.querySelectorAll(controls);
  for (const control of inner.length > 0 ? inner : [element]) control.setAttribute('aria-label', text);
}

export const accessibleName: Directive<HTMLElement, string> = {
  mounted: (element, { value }) => name(element, value),
  updated: (element, { value }) => name(element, value),
};
