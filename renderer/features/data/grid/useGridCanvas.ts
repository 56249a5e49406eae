// The drawn part of the grid: pages of pictures, bands of canvases, drawn at most once a frame.
import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { faultOf, type Fault } from '../../../../contract/fault.js';
import type { ExampleQuery } from '../../../../contract/services/datasets.js';
import { useServices } from '../../../services.js';
import { seriesCount } from '../../../theme/series.js';
import { cssVariable, seriesColour, themeName } from '../../../theme/theme.js';
import type { ImageStrip } from '../imageStrip.js';
import { laidOutAt, type ScrollScale } from '../virtualScroll.js';
import { BandCanvases, type BandPainter } from './bandCanvases.js';
import { bandsInView, rowsPerBand, tilesInView, type GridLayout } from './gridLayout.js';
import { ImagePages, sideFor } from './imagePages.js';
import { paintBand, type BandColours } from './paintBand.js';

export interface GridPictures {
  readonly id: string;
  readonly query: ExampleQuery;
  readonly count: number;
  readonly shape: readonly number[];
  readonly classNames: readonly string[];
  readonly version: number;
  readonly captionAt?: ((example: number) => string | undefined) | undefined;
}

export interface GridView {
  readonly layout: Readonly<Ref<GridLayout>>;
  readonly scale: Readonly<Ref<ScrollScale>>;
  readonly scrollTop: Readonly<Ref<number>>;
  /** Top of the view in the content. */
  readonly top: Readonly<Ref<number>>;
  readonly width: Readonly<Ref<number>>;
  readonly height: Readonly<Ref<number>>;
  /** Wanted side of the tiles. */
  readonly side: Readonly<Ref<number>>;
}

export interface GridCanvas {
  readonly fault: ShallowRef<Fault | undefined>;
  /** Counts up when pictures came. */
  readonly arrived: Ref<number>;
  readonly pictureAt: (index: number) => { readonly strip: ImageStrip; readonly at: number } | undefined;
  /** Another layout: everything is drawn anew. */
  readonly drawAnew: () => void;
  readonly retry: () => void;
}

/** @param host where canvases are put */
export function useGridCanvas(pictures: GridPictures, view: GridView, host: Ref<HTMLElement | undefined>): GridCanvas {
  const drawing = new GridDrawing(useServices().datasets, pictures, view);
  onMounted(() => drawing.begin(host.value!));
  onBeforeUnmount(() => drawing.end());
  watch(
    () => [pictures.id, pictures.query, pictures.count, pictures.version],
    () => drawing.showOthers(),
  );
  watch(
    () => sideFor(pictures.shape, view.side.value * window.devicePixelRatio),
    () => drawing.readAnew(),
  );
  watch([view.top, view.height], () => drawing.showTiles());
  watch([themeName, () => pictures.captionAt], () => {
    drawing.painter.forgetColours();
    drawing.drawAnew();
  });
  return {
    fault: drawing.fault,
    arrived: drawing.arrived,
    pictureAt: (index) => drawing.pictureAt(index),
    drawAnew: () => drawing.drawAnew(),
    retry: () => drawing.retry(),
  };
}

class GridDrawing {
  readonly fault = shallowRef<Fault>();
  readonly arrived = ref(0);
  readonly painter: ReturnType<typeof makePainter>;
  private readonly stale = new Set<number>();
  private bands: BandCanvases | undefined;
  private pages: ImagePages | undefined;
  /** While pictures of another size are on their way, those that were there are shown. */
  private formerPages: ImagePages | undefined;
  private frame = 0;

  constructor(
    private readonly service: ConstructorParameters<typeof ImagePages>[0],
    private readonly pictures: GridPictures,
    private readonly view: GridView,
  ) {
    this.painter = makePainter(pictures, view, (index) => this.pictureAt(index));
  }

  begin(host: HTMLElement): void {
    this.bands = new BandCanvases(host);
    this.makePages();
  }

  end(): void {
    cancelAnimationFrame(this.frame);
    this.pages?.dispose();
    this.formerPages?.dispose();
    this.formerPages = undefined;
  }

  showOthers(): void {
    this.end();
    this.frame = 0;
    this.bands?.clear();
    this.makePages();
  }

  /** In another size. */
  readAnew(): void {
    this.formerPages?.dispose();
    this.formerPages = this.pages;
    this.makePages();
  }

  pictureAt(index: number): { readonly strip: ImageStrip; readonly at: number } | undefined {
    return this.pages?.pictureAt(index) ?? this.formerPages?.pictureAt(index);
  }

  showTiles(): void {
    const { layout, top, width, height } = this.view;
    if (!this.bands || width.value === 0) return;
    this.bands.show(bandsInView(layout.value, top.value, height.value), this.painter);
    const { from, to } = tilesInView(layout.value, top.value, height.value);
    // Half a view ahead.
    this.pages?.show(from, Math.min(this.pictures.count, to + Math.ceil((to - from) / 2)));
  }

  drawAnew(): void {
    this.bands?.clear();
    this.showTiles();
  }

  retry(): void {
    this.fault.value = undefined;
    this.pages?.retry();
  }

  private makePages(): void {
    const { id, query, count, shape } = this.pictures;
    const tile = this.view.side.value * window.devicePixelRatio;
    const onChange = (from: number, to: number): void => this.arrive(from, to);
    this.pages = new ImagePages(this.service, { id, query, count, shape, tile, onChange });
    this.showTiles();
  }

  private arrive(from: number, to: number): void {
    this.fault.value = this.pages?.fault === undefined ? undefined : faultOf(this.pages.fault);
    const layout = this.view.layout.value;
    const perBand = rowsPerBand(layout) * layout.columns;
    for (let band = Math.floor(from / perBand); band * perBand < to; band++) this.stale.add(band);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      for (const band of this.stale) this.bands?.redraw(band, this.painter);
      this.stale.clear();
      this.arrived.value++;
    });
  }
}

function makePainter(
  pictures: GridPictures,
  { layout, scale, scrollTop, width }: GridView,
  pictureAt: GridCanvas['pictureAt'],
): BandPainter & { forgetColours(): void } {
  let colours: BandColours | undefined;
  return {
    get width() {
      return width.value;
    },
    get height() {
      return rowsPerBand(layout.value) * layout.value.rowHeight;
    },
    top: (band) => {
      const { padding, rowHeight } = layout.value;
      return laidOutAt(scale.value, padding + band * rowsPerBand(layout.value) * rowHeight, scrollTop.value);
    },
    draw: (context, band) => {
      colours ??= readColours();
      const { classNames, captionAt } = pictures;
      const content = { layout: layout.value, colours, classNames, pictureAt, ...(captionAt && { captionAt }) };
      paintBand(context, band, content);
    },
    forgetColours: () => (colours = undefined),
  };
}

function readColours(): BandColours {
  return {
    empty: cssVariable('--surface-3'),
    text: cssVariable('--text-soft'),
    font: `${cssVariable('--text-tiny')} ${cssVariable('--font')}`,
    classes: Array.from({ length: seriesCount }, (_, index) => seriesColour(index)),
  };
}
