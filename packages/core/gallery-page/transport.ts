/** Beyond this a clip is set to its place; below, it runs a little faster or slower until it is there. */
const JUMP_S = 0.15;
const TOLERANCE_S = 0.008;

export interface TransportState {
  readonly positionS: number;
  readonly durationS: number;
  readonly isPlaying: boolean;
}

/**
 * One play button and one scrubber over any number of clips. The longest leads; a shorter one holds
 * its last picture until all begin again. Which clips there are may change while it plays.
 */
export class Transport {
  readonly #clips: () => readonly HTMLVideoElement[];
  readonly #onChange: (state: TransportState) => void;
  #positionS = 0;
  #isPlaying = false;
  #frame = 0;

  constructor(clips: () => readonly HTMLVideoElement[], onChange: (state: TransportState) => void) {
    this.#clips = clips;
    this.#onChange = onChange;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  get positionS(): number {
    return this.#positionS;
  }

  play(): void {
    if (this.#isPlaying) return;
    this.#isPlaying = true;
    this.#tick();
  }

  /** Every clip stops at the same picture. */
  pause(): void {
    if (!this.#isPlaying) return;
    this.#isPlaying = false;
    cancelAnimationFrame(this.#frame);
    for (const clip of this.#ready()) clip.pause();
    this.seek(this.#positionS);
  }

  toggle(): void {
    if (this.#isPlaying) this.pause();
    else this.play();
  }

  seek(positionS: number): void {
    const end = this.#durationS();
    this.#positionS = Math.max(0, end > 0 ? Math.min(positionS, end) : positionS);
    for (const clip of this.#ready()) this.#place(clip);
    this.#tell();
  }

  /** Takes over the place to which another transport has brought its clips. */
  adopt(positionS: number): void {
    this.#positionS = Math.min(positionS, this.#durationS());
    this.#tell();
  }

  /** A clip that has just come into view joins where the others are. */
  join(clip: HTMLVideoElement): void {
    this.#place(clip);
    this.#tell();
  }

  #ready(): HTMLVideoElement[] {
    return this.#clips().filter(({ readyState }) => readyState >= HTMLMediaElement.HAVE_METADATA);
  }

  #durationS(): number {
    return Math.max(0, ...this.#ready().map(({ duration }) => duration));
  }

  #place(clip: HTMLVideoElement): void {
    clip.playbackRate = 1;
    clip.currentTime = Math.min(this.#positionS, clip.duration);
  }

  #tick = (): void => {
    const clips = this.#ready();
    const leader = clips.toSorted((a, b) => b.duration - a.duration)[0];
    if (leader != null) {
      if (leader.ended) {
        this.#positionS = 0;
        for (const clip of clips) this.#place(clip);
      } else if (!leader.paused && !leader.seeking) {
        this.#positionS = leader.currentTime;
      }
      for (const clip of clips) this.#keepInStep(clip, leader);
      this.#tell();
    }
    this.#frame = requestAnimationFrame(this.#tick);
  };

  #keepInStep(clip: HTMLVideoElement, leader: HTMLVideoElement): void {
    const isOver = this.#positionS >= clip.duration;
    if (clip.paused && !isOver) {
      this.#place(clip);
      // Refused only when the clip is taken away meanwhile.
      clip.play().catch(() => {});
    }
    if (clip === leader || isOver || clip.seeking) return;
    const ahead = clip.currentTime - leader.currentTime;
    if (Math.abs(ahead) > JUMP_S) this.#place(clip);
    else clip.playbackRate = Math.abs(ahead) < TOLERANCE_S ? 1 : 1 - ahead * 2;
  }

  #tell(): void {
    this.#onChange({
      positionS: this.#positionS,
      durationS: this.#durationS(),
      isPlaying: this.#isPlaying,
    });
  }
}
