/** Name of the judge that is elsewhere, as Kayenta calls it. */
export const REMOTE_JUDGE = 'RemoteJudge-v1.0';
