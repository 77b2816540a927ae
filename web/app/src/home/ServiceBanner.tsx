import type { ServiceState } from '@sightline/sdk';
import { CloudOff, LoaderCircle, LogIn, PanelsTopLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../ui/Button';
import { serviceWords } from '../words';

const patienceMs = 900;

interface Props {
  service: ServiceState;
  onConnect: () => void;
  onSignIn: () => void;
}

const icons = { offline: CloudOff, connecting: LoaderCircle, signed_out: LogIn, too_many_devices: PanelsTopLeft };

/** Says when calls cannot reach this window, and what to do about it. */
export function ServiceBanner({ service, onConnect, onSignIn }: Props) {
  const passing = service === 'connecting' || service === 'offline';
  const lasting = useLasting(passing);
  return (
    <div role="status">
      {service !== 'online' && (
        <div className="service-banner" data-service={service} hidden={passing && !lasting}>
          <BannerIcon service={service} />
          <p>
            <strong>{serviceWords[service].title}</strong> {serviceWords[service].detail}
          </p>
          {service === 'signed_out' && (
            <Button look="primary" onClick={onSignIn}>
              Sign in again
            </Button>
          )}
          {service === 'too_many_devices' && (
            <Button look="primary" onClick={onConnect}>
              Connect again
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Coming online takes a moment at every start, and after each hiccup: nobody need be told of a short one. */
function useLasting(passing: boolean): boolean {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (!passing) return;
    const timer = setTimeout(() => setLasting(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [passing]);
  return lasting;
}

function BannerIcon({ service }: { service: keyof typeof icons }) {
  const Icon = icons[service];
  return <Icon aria-hidden="true" />;
}
