import { allowSteps } from './pushWords';

export function AllowSteps() {
  return (
    <ol className="allow-steps">
      {allowSteps(navigator.userAgent).map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  );
}
