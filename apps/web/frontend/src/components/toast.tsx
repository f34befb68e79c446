import { Toast as Radix } from "radix-ui";
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";

interface Notice {
  id: number;
  tone: "good" | "bad";
  text: string;
}

type Notify = (tone: Notice["tone"], text: string) => void;

const Context = createContext<Notify>(() => undefined);
const SHOWN_MS = 6000;
let nextId = 1;

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [notices, setNotices] = useState<Notice[]>([]);
  const notify = useCallback<Notify>((tone, text) => {
    setNotices((now) => [...now, { id: nextId++, tone, text }]);
  }, []);
  const drop = (id: number) => setNotices((now) => now.filter((notice) => notice.id !== id));
  const value = useMemo(() => notify, [notify]);
  return (
    <Context value={value}>
      <Radix.Provider duration={SHOWN_MS} swipeDirection="down">
        {children}
        {notices.map(({ id, tone, text }) => (
          <Radix.Root
            key={id}
            onOpenChange={(open) => !open && drop(id)}
            className="flex items-start gap-3 rounded-field bg-pond px-4 py-3 text-on-pond shadow-pop"
          >
            {tone === "good" ? (
              <CircleCheck className="mt-0.5 size-5 shrink-0 text-[#7fd6a4]" aria-hidden="true" />
            ) : (
              <CircleAlert className="mt-0.5 size-5 shrink-0 text-[#ff9c92]" aria-hidden="true" />
            )}
            <Radix.Description>{text}</Radix.Description>
          </Radix.Root>
        ))}
        <Radix.Viewport label={`${t("nav.notices")} ({hotkey})`} className="fixed inset-x-3 bottom-20 z-60 mx-auto flex max-w-md flex-col gap-2 outline-none lg:bottom-6" />
      </Radix.Provider>
    </Context>
  );
}

export function useNotify(): Notify {
  return useContext(Context);
}
