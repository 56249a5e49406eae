// Transforms and pipelines in a few words: for rows that are folded, and for the form of a training.
import { findAugmentation } from '../../../../engine/data/augment/index.js';
import { withDefaults } from '../../../../engine/data/augment/defineAugmentation.js';
import { augmentationSchema, type AugmentationTransform } from '../../../../engine/data/augment/pipeline.js';
import { augmentationTexts } from '../../../texts/augmentation.js';
import { numberWithUnit, optionControls, shownNumber, type ImageFacts, type OptionControl } from './optionControls.js';

/** What matters most of the options: `±10°`, `0.9–1.1 ×`; choices where they are not the usual. */
export function transformSummary({ type, options: given }: AugmentationTransform, image: ImageFacts): string {
  const definition = findAugmentation(type);
  if (!definition) return '';
  const values = withDefaults(definition.options, given);
  const parts = optionControls(definition, values, image)
    .map((control) => ({ label: control.label, text: partOf(control, values) }))
    .filter(({ text }) => text !== '');
  const shown = parts.slice(0, 4).map(({ label, text }) => (parts.length > 1 ? `${label} ${text}` : text));
  return shown.map((text, index) => (index === 0 ? text : lowered(text))).join(', ');
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function partOf(control: OptionControl, values: Readonly<Record<string, unknown>>): string {
  switch (control.kind) {
    case 'number':
      if (details.has(control.name)) return '';
      // A number of something is a detail, too.
      if (control.scale.suffix === '')
        return control.label.length > 2 ? '' : `${control.label} ${String(values[control.name])}`;
      return numberWithUnit(values[control.name] as number, control.scale);
    case 'range': {
      const [from, to] = [values[control.from] as number, values[control.to] as number];
      return `${shownNumber(from, control.scale)}–${numberWithUnit(to, control.scale)}`;
    }
    case 'choice': {
      const choice = String(values[control.name]);
      return details.has(control.name) ? '' : (augmentationTexts.choices[choice] ?? choice);
    }
    case 'flag':
      return '';
  }
}

/** Options that a person looks for last: how edges and holes are filled. */
const details: ReadonlySet<string> = new Set(['edges', 'fill', 'filling', 'value', 'salt']);

/** `Flip, Random crop, Rotate`: those that are switched on. */
export function augmentationSummary(kept: unknown): string {
  const parsed = augmentationSchema.safeParse(kept);
  const titles = parsed.success
    ? parsed.data.transforms.filter(({ enabled }) => enabled).map(({ type }) => findAugmentation(type)?.title ?? type)
    : [];
  return titles.length === 0 ? augmentationTexts.summaryNone : titles.join(', ');
}
