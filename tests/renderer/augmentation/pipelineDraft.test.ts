// Editing a pipeline: changes, places, undo, and what is kept.
import { describe, expect, it } from 'vitest';
import { augmentations } from '../../../engine/data/augment/index.js';
import { readAugmentation } from '../../../engine/data/augment/pipeline.js';
import { augmentationPresets } from '../../../engine/data/augment/presets.js';
import {
  DraftHistory,
  draftOf,
  pipelineOf,
  readDraft,
  withAdded,
  withChanged,
  withDefaultsAgain,
  withMoved,
  withOptions,
  without,
  type Draft,
} from '../../../renderer/features/data/augmentation/pipelineDraft.js';
import { reducedPipeline } from '../../../renderer/features/data/augmentation/reducedPipeline.js';
import { augmentationSummary, transformSummary } from '../../../renderer/features/data/augmentation/summaries.js';

const types = (draft: Draft): string[] => draft.map(({ transform }) => transform.type);
const three = (): Draft => draftOf([{ type: 'flip' }, { type: 'crop' }, { type: 'rotate' }]);

describe('A draft', () => {
  it('adds every transform at the end, as a pipeline that trains', () => {
    const all = augmentations.reduce((draft, { type }) => withAdded(draft, type), readDraft(null));
    expect(types(all)).toEqual(augmentations.map(({ type }) => type));
    expect(() => readAugmentation(pipelineOf(all))).not.toThrow();
  });

  it('moves a transform to a place, and no further than the ends', () => {
    const draft = three();
    const [first] = draft;
    expect(types(withMoved(draft, first!.key, 1))).toEqual(['crop', 'flip', 'rotate']);
    expect(types(withMoved(draft, first!.key, 9))).toEqual(['crop', 'rotate', 'flip']);
    expect(withMoved(draft, first!.key, 0)).toBe(draft);
  });

  it('keeps the keys of transforms, whatever happens to them', () => {
    const draft = three();
    const key = draft[1]!.key;
    const changed = withMoved(withOptions(draft, key, { padding: 2 }), key, 2);
    expect(changed[2]).toEqual({ key, transform: { type: 'crop', enabled: true, options: { padding: 2 } } });
    expect(types(without(changed, key))).toEqual(['flip', 'rotate']);
  });

  it('goes back to the defaults of a transform', () => {
    const draft = three();
    const key = draft[0]!.key;
    const changed = withChanged(withOptions(draft, key, { direction: 'vertical' }), key, { probability: 0.1 });
    expect(pipelineOf(withDefaultsAgain(changed, key))).toEqual(pipelineOf(draft));
  });

  it('is empty where what was kept fits no more', () => {
    expect(readDraft({ transforms: 'flip' })).toEqual([]);
    expect(types(readDraft({ transforms: [{ type: 'flip' }] }))).toEqual(['flip']);
  });
});

describe('Undo', () => {
  it('takes steps back and forth; a new change forgets what was undone', () => {
    const history = new DraftHistory(three());
    const before = history.draft;
    history.change(without(before, before[0]!.key));
    history.change(withAdded(history.draft, 'noise'));
    expect(types(history.draft)).toEqual(['crop', 'rotate', 'noise']);
    history.undo();
    history.undo();
    expect(history.draft).toBe(before);
    expect(history.canUndo).toBe(false);
    history.redo();
    expect(types(history.draft)).toEqual(['crop', 'rotate']);
    history.change(withAdded(history.draft, 'blur'));
    expect(history.canRedo).toBe(false);
  });

  it('takes a slider that was dragged as one step', () => {
    const history = new DraftHistory(three());
    const key = history.draft[2]!.key;
    for (const degrees of [11, 12, 13]) history.change(withOptions(history.draft, key, { degrees }), 'degrees');
    history.seal();
    history.change(withOptions(history.draft, key, { degrees: 20 }), 'degrees');
    history.undo();
    expect(history.draft[2]!.transform.options.degrees).toBe(13);
    history.undo();
    expect(history.draft[2]!.transform.options.degrees).toBeUndefined();
  });
});

describe('Presets', () => {
  it.each(augmentationPresets)('$title is a pipeline that trains', ({ transforms }) => {
    expect(() => readAugmentation({ transforms })).not.toThrow();
  });
});

describe('A pipeline in words', () => {
  const image = { channels: 3, width: 28, height: 28 };
  const summary = (type: string, options = {}): string => transformSummary({ type, enabled: true, options }, image);

  it('says what matters of each transform', () => {
    expect(summary('rotate')).toBe('±10°');
    expect(summary('flip')).toBe('Horizontal');
    expect(summary('scale', { least: 0.5 })).toBe('0.5–1.1\u202f×');
    expect(summary('shift')).toBe('Sideways ±10\u202f%, up and down ±10\u202f%');
    expect(summary('mixup')).toBe('α 0.2');
    expect(transformSummary({ type: 'colour', enabled: true, options: {} }, { ...image, channels: 1 })).toBe(
      'Brightness ±20\u202f%, contrast ±20\u202f%',
    );
  });

  it('lists those that are switched on', () => {
    expect(augmentationSummary({ transforms: [{ type: 'flip' }, { type: 'noise', enabled: false }] })).toBe('Flip');
    expect(augmentationSummary(null)).toBe('No augmentation');
  });
});

describe('Of images that are shown smaller', () => {
  it('what is given in pixels shrinks, whole numbers stay whole', () => {
    const pipeline = pipelineOf(
      draftOf([{ type: 'crop', options: { padding: 9 } }, { type: 'blur' }, { type: 'rotate' }]),
    );
    const [crop, blur, rotate] = reducedPipeline(pipeline, 0.25).transforms;
    expect(crop!.options.padding).toBe(2);
    expect(blur!.options).toEqual({ least: 0.025, most: 0.25 });
    expect(rotate).toEqual({ type: 'rotate', enabled: true, options: {} });
    expect(reducedPipeline(pipeline, 1)).toBe(pipeline);
  });
});
