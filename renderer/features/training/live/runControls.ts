// What can be done to a run from here; failures are told.
import { useServices } from '../../../services.js';
import { confirmAction, notifyFault } from '../../../shell/notifications.js';
import { trainingTexts } from '../../../texts/training.js';

export type Act = 'pause' | 'resume' | 'stop' | 'stopNow' | 'stopAfterEpoch' | 'keepGoing' | 'continue' | 'begin';

export async function actOn(run: string, act: Act): Promise<void> {
  const { training } = useServices();
  try {
    if (act === 'pause') await training.pause({ run });
    else if (act === 'resume') await training.resume({ run });
    else if (act === 'stopNow') await training.stop({ run });
    else if (act === 'stop') {
      if (await confirmAction(trainingTexts.liveTexts.confirmStop)) await training.stop({ run });
    } else if (act === 'stopAfterEpoch' || act === 'keepGoing')
      await training.stopAfterEpoch({ run, stop: act === 'stopAfterEpoch' });
    else if (act === 'continue') await training.continue({ run });
    else await training.release({ runs: [run] });
  } catch (error) {
    notifyFault(error);
  }
}
