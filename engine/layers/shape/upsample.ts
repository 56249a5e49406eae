// Upsample: enlarges images by a whole factor.
import { tensorOf } from '../../ir/tensor.js';
import { defineLayer } from '../defineLayer.js';
import { choice, eachAxis, perAxis } from '../options.js';

export const upsample = defineLayer({
  type: 'Upsample',
  title: 'Upsample 2-d',
  category: 'shape',
  description: 'Enlarges height and width by whole factors, repeating or interpolating.',
  inputs: ['x'],
  accepts: { x: { rank: 4 } },
  options: {
    factor: perAxis(2, { label: 'Factor', fallback: 2, max: 64 }),
    mode: choice(['nearest', 'linear'], { label: 'Mode', fallback: 'nearest' }),
  },
  lower({ emit }, { x }, { factor, mode }) {
    const factors = eachAxis(factor, 2);
    const scales = emit.constant(tensorOf('float32', [4], [1, 1, ...factors]), 'scales');
    return emit.node('Resize', [x, undefined, scales], {
      mode,
      coordinate_transformation_mode: mode === 'nearest' ? 'asymmetric' : 'half_pixel',
      ...(mode === 'nearest' && { nearest_mode: 'floor' }),
    });
  },
});
