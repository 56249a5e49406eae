// Texts of the welcome page.
export const welcomeTexts = {
  title: 'Welcome',
  heading: 'Neural networks on your own machine',
  introduction:
    'Bring data, draw a network, train it here, see what it learned, take it along as ONNX. Nothing leaves this computer.',
  startExample: 'Start with an example',
  startOwn: 'Start with your own',
  recentRuns: 'Recent runs',
  learned: 'What to know',
  trainExample: (title: string) => `Train on ${title}`,
  train: 'Train',
  tasks: {
    classification: 'Classes',
    regression: 'A number',
    forecast: 'A forecast',
    languageModel: 'Next character',
  },
  lookExample: 'Look at the data',
  tips: [
    'Ctrl+K finds every command, data set, model and run.',
    'Drop a folder of images, a CSV or an .onnx file anywhere in the window.',
    'Training on the processor goes on when this window is closed; open it again and it is all there.',
  ],
} as const;
