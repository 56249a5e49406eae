// Whether the command palette and the list of shortcuts are open.
import { ref } from 'vue';

export const isPaletteOpen = ref(false);
export const areShortcutsOpen = ref(false);
