export const valid = {
  provider: 'prospolabs',
  character: 'robot.png',
  motion: 'wave.mp4',
  output: 'animations/wave.mp4',
};
