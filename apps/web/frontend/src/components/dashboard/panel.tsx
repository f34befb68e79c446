import clsx from "clsx";
import type { ReactNode } from "react";
import { Card } from "@/components/card";

interface PanelProps {
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A card with a heading: the one frame of everything on the dashboard and the player's page. */
export function Panel({ title, hint, action, className, children }: PanelProps) {
  return (
    <Card className={clsx("min-w-0 p-5", className)}>
      <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="flex min-w-0 items-center gap-2">
          <h2 className="text-lg font-semibold">{title}</h2>
          {hint}
        </div>
        {action}
      </div>
      {children}
    </Card>
  );
}
