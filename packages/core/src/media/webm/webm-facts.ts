import { MediaError } from '../../model/errors.ts';
import type { DurationEvidence, VideoFacts } from '../../model/media/media.ts';
import { type ByteSource, damaged, withReadAhead } from '../byte-source.ts';
import { describeContradiction, isNearAny, longestOf } from '../durations.ts';
import type { Reading } from '../reading.ts';
import {
  type Element,
  ID,
  readBlockHeader,
  readFloat,
  readString,
  readUnsigned,
  visitElements,
} from './elements.ts';

/** The headers of all frames are read, which lie some kilobytes apart. */
const READ_AHEAD_BYTES = 1024 * 1024;
const NANOSECONDS = 1_000_000_000;
const DEFAULT_TICK_NANOSECONDS = 1_000_000;
/** A clip has two or three; a thousand would only cost time. */
const MAX_TRACKS = 64;
const VIDEO = 1;
const SOUND = 2;
const CODECS: Readonly<Record<string, string>> = { V_VP8: 'vp8', V_VP9: 'vp9', V_AV1: 'av1' };

interface Track {
  number: number;
  type: number;
  isEnabled: boolean;
  codec: string;
  width: number;
  height: number;
  /** Nanoseconds of a frame, 0 where the file does not say. */
  frameNanoseconds: number;
  timestampScale: number;
}

interface BlockTime {
  readonly track: number;
  readonly ticks: number;
}

interface Claims {
  readonly whole: readonly DurationEvidence[];
  readonly tracks: readonly { readonly track: Track; readonly claim: DurationEvidence }[];
}

/** When the frames of a track are shown, in ticks. */
interface Frames {
  count: number;
  firstTicks: number;
  lastTicks: number;
  /** Of the last frame, where its block says so. */
  lastDurationTicks: number | null;
}

/**
 * Facts of a WebM clip, from its container alone. A recording made in a browser claims no duration, and a claim
 * may lie, so the time of every frame is read. Throws `MediaError` for anything but a WebM with a video track.
 */
export async function readWebmFacts(plain: ByteSource): Promise<Reading<VideoFacts>> {
  const source = withReadAhead(plain, READ_AHEAD_BYTES);
  const reader = new WebmReader(source);
  await visitElements(source, (element) => reader.visit(element));
  return reader.describe();
}

class WebmReader {
  readonly #source: ByteSource;
  readonly #tracks: Track[] = [];
  readonly #frames = new Map<number, Frames>();
  #docType = '';
  #segments = 0;
  #headers = 0;
  readonly #laced = new Set<number>();
  #scale: number | null = null;
  #claimedTicks: number | null = null;
  #clusterTicks: number | null = null;
  /** Of the block group that is open; its two parts come in any order. */
  #group: { block: BlockTime | null; durationTicks: number | null } | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async visit(element: Element): Promise<void> {
    const source = this.#source;
    switch (element.id) {
      case ID.ebml:
        this.#headers += 1;
        break;
      case ID.docType:
        this.#docType = await readString(source, element);
        break;
      case ID.segment:
        this.#segments += 1;
        break;
      case ID.timestampScale:
        await this.#setScale(element);
        break;
      case ID.duration:
        this.#claimedTicks = Math.max(this.#claimedTicks ?? 0, await readFloat(source, element));
        break;
      case ID.cluster:
        this.#clusterTicks = null;
        break;
      case ID.timestamp:
        this.#clusterTicks = await readUnsigned(source, element);
        break;
      case ID.blockGroup:
        this.#group = { block: null, durationTicks: null };
        break;
      case ID.simpleBlock:
        await this.#addBlock(element);
        break;
      case ID.block:
        this.#group = {
          durationTicks: this.#group?.durationTicks ?? null,
          block: await this.#addBlock(element),
        };
        this.#lengthen();
        break;
      case ID.blockDuration:
        this.#group = {
          block: this.#group?.block ?? null,
          durationTicks: await readUnsigned(source, element),
        };
        this.#lengthen();
        break;
      default:
        await this.#visitTrack(element);
    }
  }

  async #visitTrack(element: Element): Promise<void> {
    const source = this.#source;
    if (element.id === ID.trackEntry) {
      if (this.#tracks.length === MAX_TRACKS) {
        throw damaged(source, `it has more than ${MAX_TRACKS} tracks`);
      }
      this.#tracks.push({
        number: 0,
        type: 0,
        isEnabled: true,
        codec: '',
        width: 0,
        height: 0,
        frameNanoseconds: 0,
        timestampScale: 1,
      });
      return;
    }
    const track = this.#tracks.at(-1);
    if (track == null) return;
    switch (element.id) {
      case ID.trackNumber:
        track.number = await readUnsigned(source, element);
        break;
      case ID.trackType:
        track.type = await readUnsigned(source, element);
        break;
      case ID.flagEnabled:
        track.isEnabled = (await readUnsigned(source, element)) !== 0;
        break;
      case ID.codec:
        track.codec = await readString(source, element);
        break;
      case ID.defaultDuration:
        track.frameNanoseconds = await readUnsigned(source, element);
        break;
      case ID.trackTimestampScale:
        track.timestampScale = await readFloat(source, element);
        break;
      case ID.pixelWidth:
        track.width = await readUnsigned(source, element);
        break;
      case ID.pixelHeight:
        track.height = await readUnsigned(source, element);
        break;
    }
  }

  async #setScale(element: Element): Promise<void> {
    const scale = await readUnsigned(this.#source, element);
    if (scale === 0 || (this.#scale != null && this.#scale !== scale)) {
      throw damaged(this.#source, 'its clock has no scale, or two');
    }
    this.#scale = scale;
  }

  async #addBlock(element: Element): Promise<BlockTime> {
    const { track, relativeTicks, isLaced } = await readBlockHeader(this.#source, element);
    if (this.#clusterTicks == null) {
      throw damaged(this.#source, `the block at byte ${element.start} has no time`);
    }
    if (isLaced) this.#laced.add(track);
    const ticks = this.#clusterTicks + relativeTicks;
    const frames = this.#frames.get(track);
    if (frames == null) {
      const first = { count: 1, firstTicks: ticks, lastTicks: ticks, lastDurationTicks: null };
      this.#frames.set(track, first);
    } else {
      frames.count += 1;
      frames.firstTicks = Math.min(frames.firstTicks, ticks);
      if (ticks > frames.lastTicks) {
        frames.lastTicks = ticks;
        frames.lastDurationTicks = null;
      }
    }
    return { track, ticks };
  }

  #lengthen(): void {
    const { block, durationTicks } = this.#group ?? { block: null, durationTicks: null };
    const frames = block == null ? null : this.#frames.get(block.track);
    if (frames == null || durationTicks == null || block?.ticks !== frames.lastTicks) return;
    frames.lastDurationTicks = durationTicks;
  }

  describe(): Reading<VideoFacts> {
    const source = this.#source;
    if (this.#docType !== 'webm') {
      throw new MediaError(
        `${source.name} is a Matroska video that does not call itself WebM; convert it to MP4 (H.264)`,
      );
    }
    if (this.#segments !== 1 || this.#headers !== 1) {
      throw damaged(source, `it has ${this.#headers} headers and ${this.#segments} segments`);
    }
    const videos = this.#tracks.filter(({ type }) => type === VIDEO);
    const video = videos.find(({ isEnabled }) => isEnabled) ?? videos[0];
    if (video == null) {
      throw new MediaError(`${source.name} has no video track: it holds sound or data alone`);
    }
    if (video.width === 0 || video.height === 0)
      throw damaged(source, 'its video track has no size');
    // A lace holds up to 256 frames under one time; no tool makes one of pictures.
    if (this.#laced.has(video.number))
      throw damaged(source, 'its blocks hold several pictures each');
    const { whole, tracks } = this.#claims();
    const { seconds, count } = this.#span(video);
    const own = tracks.filter(({ track }) => track === video).map(({ claim }) => claim);
    const others = tracks.filter(({ track }) => track !== video).map(({ claim }) => claim);
    const evidence = [...whole, ...tracks.map(({ claim }) => claim)];
    const isAlone = whole.some((claim) => !isNearAny(claim.seconds, [...own, ...others]));
    const facts: VideoFacts = {
      container: 'webm',
      codec: CODECS[video.codec] ?? video.codec.replaceAll(/[^\x20-\x7e]/g, '?'),
      width: video.width,
      height: video.height,
      framesPerSecond: count / seconds,
      bytes: source.bytes,
      hasSound: this.#tracks.some(({ type, number }) => type === SOUND && this.#frames.has(number)),
      trackSeconds: seconds,
      longestSeconds: longestOf([{ source: 'video', seconds }, ...own], [...whole, ...others]),
      evidence,
    };
    return { facts, problem: describeContradiction(isAlone ? evidence : []) };
  }

  /** What the file claims for the whole, and where the last frame of each track ends. */
  #claims(): Claims {
    const claimed = this.#seconds(this.#claimedTicks ?? 0);
    const tracks = this.#tracks
      .filter(({ number, type }) => (type === VIDEO || type === SOUND) && this.#frames.has(number))
      .map((track) => ({
        track,
        claim: {
          source: `blocks of track ${track.number}`,
          seconds: this.#span(track).endSeconds,
        },
      }));
    // A live recording says 0, or nothing.
    return { whole: claimed > 0 ? [{ source: 'Duration', seconds: claimed }] : [], tracks };
  }

  #span(track: Track): { seconds: number; endSeconds: number; count: number } {
    const frames = this.#frames.get(track.number);
    const source = this.#source;
    if (frames == null) throw damaged(source, 'its video track has no frames');
    if (track.timestampScale !== 1) {
      throw damaged(source, `track ${track.number} counts time by a scale of its own`);
    }
    const spanTicks = frames.lastTicks - frames.firstTicks;
    const lastSeconds =
      frames.lastDurationTicks != null
        ? this.#seconds(frames.lastDurationTicks)
        : Math.max(
            track.frameNanoseconds / NANOSECONDS,
            this.#seconds(frames.count > 1 ? spanTicks / (frames.count - 1) : 0),
          );
    const seconds = this.#seconds(spanTicks) + lastSeconds;
    const endSeconds = this.#seconds(frames.lastTicks) + lastSeconds;
    if (!(seconds > 0) || !Number.isFinite(endSeconds)) {
      throw damaged(source, `the frames of track ${track.number} take no time`);
    }
    return { seconds, endSeconds, count: frames.count };
  }

  #seconds(ticks: number): number {
    return (ticks * (this.#scale ?? DEFAULT_TICK_NANOSECONDS)) / NANOSECONDS;
  }
}
