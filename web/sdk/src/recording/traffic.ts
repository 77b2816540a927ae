/** What a connection has sent and heard so far; only the difference between two moments means something. */
export interface Traffic {
  readonly sent: number;
  readonly heard: number;
}

/** Pure, from the reports of `RTCPeerConnection.getStats()`. Answers to checks of the path count as heard. */
export function trafficOf(reports: Iterable<unknown>): Traffic {
  let sent = 0;
  let heard = 0;
  for (const report of reports) {
    const { type, packetsSent, bytesReceived, responsesReceived } = report as Record<string, unknown>;
    if (type === 'outbound-rtp') sent += numberOf(packetsSent);
    if (type === 'candidate-pair') heard += numberOf(bytesReceived) + numberOf(responsesReceived);
  }
  return { sent, heard };
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0);
