/** What the model needs of a clip beyond format and size. Kling's page of motion control says so (one person, single take, head visible, no cuts; a difficult or fast motion may give a shorter video). */
export const CLIP_ADVICE =
  'one person, filmed in a single take without cuts or camera moves, head and body in view all the time, and no faster than needed: what is hard to follow may come back shorter';
