// Icons of the transforms.
import {
  Blend,
  Crop,
  Diamond,
  Droplet,
  Eraser,
  FlipHorizontal2,
  Frame,
  Grip,
  Italic,
  Move,
  Palette,
  Puzzle,
  RotateCw,
  Scan,
  Sparkles,
  WandSparkles,
  ZoomIn,
} from '@lucide/vue';
import type { Component } from 'vue';

const icons: Readonly<Record<string, Component>> = {
  flip: FlipHorizontal2,
  crop: Crop,
  resizedCrop: Scan,
  pad: Frame,
  shift: Move,
  rotate: RotateCw,
  shear: Italic,
  scale: ZoomIn,
  perspective: Diamond,
  colour: Palette,
  blur: Droplet,
  noise: Grip,
  saltAndPepper: Sparkles,
  erase: Eraser,
  mixup: Blend,
  cutmix: Puzzle,
};

export function transformIcon(type: string): Component {
  return icons[type] ?? WandSparkles;
}
