import { CloudOff } from 'lucide-react';
import { Button } from './Button';
import { Spinner } from './Spinner';

export function PageLoading({ words }: { words: string }) {
  return (
    <div className="report-wait" role="status">
      <Spinner />
      {words}
    </div>
  );
}

export function PageFailed({ title, words, onRetry }: { title: string; words: string; onRetry: () => void }) {
  return (
    <div className="panel list-message" role="alert">
      <CloudOff aria-hidden="true" />
      <h2>{title}</h2>
      <p>{words}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
