// Telling the person something: toasts for what matters, a question before what cannot be taken back.
import { createDiscreteApi, NButton } from 'naive-ui';
import { computed, h } from 'vue';
import { faultCodes, faultOf } from '../../contract/fault.js';
import { shellTexts } from '../texts/shell.js';
import { naiveOverrides, naiveTheme } from '../theme/naiveTheme.js';

const { notification, dialog } = createDiscreteApi(['notification', 'dialog'], {
  configProviderProps: computed(() => ({ theme: naiveTheme.value, themeOverrides: naiveOverrides.value })),
  notificationProviderProps: { placement: 'bottom-right', max: 4 },
});

export interface NotifyOptions {
  readonly detail?: string;
  /** A button, as `Undo`; the toast closes after it. */
  readonly action?: { readonly title: string; run(): void | Promise<void> };
  /** Milliseconds; left out: long enough to read. While the pointer is over it, it stays. */
  readonly duration?: number;
}

type Kind = 'info' | 'success' | 'warning' | 'error';

/** @returns what takes the toast away */
export function notify(kind: Kind, text: string, { detail, action, duration }: NotifyOptions = {}): () => void {
  const shown = notification[kind]({
    title: text,
    ...(detail !== undefined && { content: detail }),
    keepAliveOnHover: true,
    // None stays for good: it may cover what is needed next.
    duration: duration ?? (kind === 'error' ? 30_000 : action ? 10_000 : 5000),
    ...(action && {
      action: () =>
        h(
          NButton,
          {
            size: 'small',
            secondary: true,
            onClick: () => {
              shown.destroy();
              void Promise.resolve(action.run()).catch(notifyFault);
            },
          },
          () => action.title,
        ),
    }),
  });
  return () => shown.destroy();
}

/** An error in words: the fault's sentence. What the person cancelled is not told. */
export function notifyFault(error: unknown): void {
  const { code, message, place } = faultOf(error);
  if (code === faultCodes.cancelled) return;
  const where = place?.path ?? place?.node;
  notify('error', message, where === undefined ? {} : { detail: shellTexts.whereAt(where) });
}

export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that goes on: `Delete 3 runs`. */
  readonly confirm: string;
  readonly cancel?: string;
  readonly danger?: boolean;
}

/** Asks; resolves to whether the person wants it. */
export function confirmAction({
  title,
  text,
  confirm,
  cancel = shellTexts.cancel,
  danger = false,
}: Question): Promise<boolean> {
  return new Promise((resolve) => {
    dialog[danger ? 'warning' : 'info']({
      title,
      content: text,
      positiveText: confirm,
      negativeText: cancel,
      autoFocus: true,
      onPositiveClick: () => resolve(true),
      onNegativeClick: () => resolve(false),
      onClose: () => resolve(false),
      onMaskClick: () => resolve(false),
      onEsc: () => resolve(false),
    });
  });
}
