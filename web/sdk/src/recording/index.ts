/** What recordings need, in a part of its own: most calls are not recorded. */
export { askToRecord, listRecordings, readRecording, recordingDetails } from './archive.js';
export { RecordingSender } from './sender.js';
