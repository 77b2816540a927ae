import type { Call, ChatMessage } from '@sightline/sdk';
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, useLayoutEffect, useRef, useState } from 'react';
import { IconButton } from '../../ui/IconButton';
import { clockTimeWords } from '../../words';
import { SidePanel } from './SidePanel';

interface Props {
  call: Call;
  chat: readonly ChatMessage[];
  onClose: () => void;
}

const longest = 1000;

/** What people write to each other during the call; it goes from browser to browser and is gone with the call. */
export function ChatPanel({ call, chat, onClose }: Props) {
  const [text, setText] = useState('');
  const [refused, setRefused] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const end = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each message
  useLayoutEffect(() => {
    end.current?.scrollIntoView?.({ block: 'end' });
  }, [chat]);

  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    const sent = call.sendChat(text.trim());
    setRefused(!sent);
    if (sent) setText('');
  };

  return (
    <SidePanel title="Chat" onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it */}
      <div className="chat-log" role="log" aria-label="Messages" tabIndex={0}>
        {chat.length === 0 && (
          <p className="side-empty">Nothing has been written yet. Messages are gone when the call is over.</p>
        )}
        {chat.map((message, index) => (
          <Message key={message.id} message={message} before={chat[index - 1]} />
        ))}
        <div ref={end} />
      </div>
      <form className="chat-form" onSubmit={send}>
        <input
          ref={input}
          aria-label="Message"
          placeholder="Write a message"
          maxLength={longest}
          autoComplete="off"
          value={text}
          aria-describedby={refused ? 'chat-refused' : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setRefused(false);
          }}
        />
        <IconButton type="submit" label="Send" icon={SendHorizontal} className="icon-button-accent" />
      </form>
      {refused && (
        <p className="side-error" id="chat-refused" role="alert">
          Nobody is connected who could read this. Try again in a moment.
        </p>
      )}
    </SidePanel>
  );
}

function Message({ message, before }: { message: ChatMessage; before: ChatMessage | undefined }) {
  const name = message.from?.displayName ?? 'You';
  const continued = before !== undefined && before.from?.personId === message.from?.personId;
  return (
    <div className={message.from ? 'message' : 'message message-own'} data-message={message.from ? 'theirs' : 'own'}>
      <p className={continued ? 'visually-hidden' : 'message-head'}>
        {name} <time dateTime={new Date(message.atMs).toISOString()}>{clockTimeWords(message.atMs)}</time>
      </p>
      <p className="message-text">{message.text}</p>
    </div>
  );
}
