// Upsample, Resize and GridSample, and the scatter that lost its name.
import { elements } from '../../ir/tensor.js';
import type { NodeEdit, Upgrade } from './nodeEdit.js';

/** Resize-10 and Upsample: coordinates are x/scale, the nearest one below when enlarging and above when shrinking. */
function asymmetric(edit: NodeEdit): void {
  const scales = edit.node.inputs[1];
  const known = scales?.constant && elements(scales.constant);
  const shrinks = known?.some((scale) => scale < 1) ?? false;
  if (shrinks && known!.some((scale) => scale > 1) && edit.node.attributes.mode?.value !== 'linear')
    edit.fail('before opset 11 nearest resampling must not enlarge one axis and shrink another');
  edit.set('coordinate_transformation_mode', { kind: 'string', value: 'asymmetric' });
  edit.set('nearest_mode', { kind: 'string', value: shrinks ? 'ceil' : 'floor' });
  edit.node.inputs = [edit.node.inputs[0], undefined, scales];
}

/** Older exporters write «not given» as an empty tensor. */
function withoutEmpty(edit: NodeEdit): void {
  const mode = edit.node.attributes.coordinate_transformation_mode;
  if (mode?.value === 'tf_half_pixel_for_nn') edit.fail('coordinate mode tf_half_pixel_for_nn is not supported');
  for (const index of [3, 2, 1])
    if (edit.node.inputs[index]?.constant?.data.length === 0) edit.setInput(index, undefined);
  if (mode?.value !== 'tf_crop_and_resize') edit.setInput(1, undefined);
}

const sampleModes: Readonly<Record<string, string>> = { bilinear: 'linear', bicubic: 'cubic' };

export const resamplingUpgrades: readonly Upgrade[] = [
  {
    types: ['Upsample'],
    until: 9,
    apply: (edit) => {
      const scales = edit.take('scales');
      if (scales?.kind !== 'floats') edit.fail('attribute scales is required');
      else {
        const data = Float32Array.from(scales.value);
        edit.setInput(1, edit.constant({ dtype: 'float32', shape: [data.length], data }, 'scales'));
      }
    },
  },
  {
    types: ['Upsample'],
    until: 10,
    apply: (edit) => {
      edit.node.type = 'Resize';
    },
  },
  { types: ['Resize'], until: 11, apply: asymmetric },
  { types: ['Resize'], until: 13, apply: withoutEmpty },
  {
    types: ['GridSample'],
    until: 20,
    apply: (edit) => {
      const mode = edit.take('mode');
      const word = mode?.kind === 'string' ? mode.value : 'bilinear';
      edit.set('mode', { kind: 'string', value: sampleModes[word] ?? word });
    },
  },
  {
    types: ['Scatter'],
    until: 11,
    apply: (edit) => {
      edit.node.type = 'ScatterElements';
    },
  },
];
