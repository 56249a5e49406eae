// The camera, where the browser has one and allows it: the picture is looked at a few times a second.
import { button, make } from './make.js';
import { texts } from './texts.js';

const interval = 150;

export interface CameraOptions {
  readonly onFrame: (video: HTMLVideoElement) => void;
  readonly onFault: (message: string) => void;
}

/** Nothing where there is no way to ask for one. */
export function camera({
  onFrame,
  onFault,
}: CameraOptions): { button: HTMLElement; video: HTMLVideoElement; stop: () => void } | undefined {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (!devices) return undefined;
  const video = make('video', { class: 'video', hidden: true, playsinline: true, muted: true });
  let timer: number | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    for (const track of (video.srcObject as MediaStream | null)?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = true;
    toggle.textContent = texts.camera;
  };
  const start = async (): Promise<void> => {
    try {
      video.srcObject = await devices.getUserMedia({ video: { facingMode: 'environment' } });
      await video.play();
      video.hidden = false;
      toggle.textContent = texts.stopCamera;
      timer = window.setInterval(() => onFrame(video), interval);
    } catch {
      stop();
      onFault(texts.noCamera);
    }
  };
  const toggle = button(texts.camera, () => (timer === undefined ? void start() : stop()));
  return { button: toggle, video, stop };
}
