// One open ONNX file: its tree, what is open and chosen, what is drawn.
import { computed, shallowRef, triggerRef, type ComputedRef, type ShallowRef } from 'vue';
import type { OnnxGraphView } from '../../../../contract/services/models.js';
import { formatShare } from '../../../components/format.js';
import { allGroups, ancestorsOf, groupTree, type GroupTree, type TreeItem } from './groupTree.js';
import { TreeLayout, type PlacedGraph } from './treeLayout.js';

/** Items that are seen when a file is opened. */
const mostAtFirst = 28;

/** Milliseconds of work after which the window gets its turn. */
const slice = 12;

/** How much of the parameters can be trained, and whether that is most of them: with less, something stands in the way. */
export function trainablePart({ parameters, trainable }: Pick<OnnxGraphView, 'parameters' | 'trainable'>): {
  readonly text: string;
  readonly isMost: boolean;
} {
  const share = parameters === 0 ? 0 : trainable / parameters;
  return {
    text: trainable > 0 && share < 0.001 ? `< ${formatShare(0.001)}` : formatShare(share),
    isMost: share >= 0.5,
  };
}

export class ViewerState {
  readonly tree: GroupTree;
  readonly selected = shallowRef<TreeItem>();
  readonly open: ShallowRef<Set<TreeItem>> = shallowRef(new Set());
  readonly placed: ComputedRef<PlacedGraph>;
  /** A wish to bring an item into view. */
  readonly wish = shallowRef<{ readonly item: TreeItem | undefined; readonly number: number }>({
    item: undefined,
    number: 0,
  });
  /** Share of groups laid out while all are being opened. */
  readonly opening = shallowRef<number>();
  private readonly layout: TreeLayout;

  constructor(readonly view: OnnxGraphView) {
    this.tree = groupTree(view);
    this.layout = new TreeLayout(this.tree);
    this.open.value = openAtFirst(this.tree.root);
    this.placed = computed(() => this.layout.place(this.open.value));
  }

  select(item: TreeItem | undefined): void {
    this.selected.value = item;
  }

  toggle(group: TreeItem): void {
    if (!this.open.value.delete(group)) this.open.value.add(group);
    triggerRef(this.open);
  }

  /** Opens the groups around an item, chooses it and brings it into view. */
  show(item: TreeItem): void {
    const around = ancestorsOf(item);
    if (around.some((group) => !this.open.value.has(group))) {
      for (const group of around) this.open.value.add(group);
      triggerRef(this.open);
    }
    this.selected.value = item;
    this.wish.value = { item, number: this.wish.value.number + 1 };
  }

  /** The whole, fitted into the window. */
  showAll(): void {
    this.wish.value = { item: undefined, number: this.wish.value.number + 1 };
  }

  /** Opens every group; lays them out from the inside, a few at a time, so that the window stays alive. */
  async openAll(signal: AbortSignal): Promise<void> {
    const groups = allGroups(this.tree.root).reverse();
    const open = new Set(groups);
    let started = performance.now();
    for (const [index, group] of groups.entries()) {
      this.layout.prepare(group, open);
      if (performance.now() - started < slice) continue;
      this.opening.value = index / groups.length;
      await new Promise((resolve) => setTimeout(resolve));
      if (signal.aborted) break;
      started = performance.now();
    }
    this.opening.value = undefined;
    if (signal.aborted) return;
    this.open.value = open;
    this.showAll();
  }

  closeAll(): void {
    this.open.value = openAtFirst(this.tree.root);
    const { value: chosen } = this.selected;
    if (chosen) this.selected.value = ancestorsOf(chosen)[0] ?? chosen;
    this.showAll();
  }
}

/** As much as a first look takes in: the largest groups are opened while there are few things to see. */
function openAtFirst(root: TreeItem): Set<TreeItem> {
  const open = new Set<TreeItem>();
  let shown = [...root.children];
  for (;;) {
    const groups = shown.filter(({ kind }) => kind === 'group').sort((one, other) => other.count - one.count);
    const next = groups[0];
    if (!next || shown.length + next.children.length > mostAtFirst) return open;
    open.add(next);
    shown = shown.flatMap((item) => (item === next ? item.children : [item]));
  }
}
