/** Every component in its states, for whoever builds pages. Only in development, at /gallery; hence English only. */
import { Film } from "lucide-react";
import { useState, type ReactNode } from "react";
import { ApiError } from "@/api/errors";
import { GradeBadge, StatusBadge, Tag } from "@/components/badge";
import { Banner, type Tone } from "@/components/banner";
import { Button, type ButtonLook } from "@/components/button";
import { Card, PageHeader } from "@/components/card";
import { Dialog } from "@/components/dialog";
import { SelectField, TextField } from "@/components/field";
import { Wordmark } from "@/components/logo";
import { ProgressBar } from "@/components/progress";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { useNotify } from "@/components/toast";

const LOOKS: readonly ButtonLook[] = ["primary", "secondary", "quiet", "danger"];
const TONES: readonly Tone[] = ["info", "good", "warn", "bad"];
const COLORS = [
  "bg-bg", "bg-surface", "bg-sunken", "bg-line", "bg-line-strong", "bg-ink", "bg-muted", "bg-accent", "bg-accent-soft",
  "bg-pond", "bg-teal", "bg-teal-soft", "bg-good-soft", "bg-warn-soft", "bg-bad-soft", "bg-gill",
] as const;

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card className="mb-5 p-6">
      <h2 className="mb-4 text-lg font-semibold">{title}</h2>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </Card>
  );
}

export default function GalleryPage() {
  const [open, setOpen] = useState(false);
  const notify = useNotify();
  return (
    <>
      <PageHeader title="Components" lead="Change src/styles/tokens.css and look here." />
      <Section title="Mark and colours">
        <Wordmark />
        {COLORS.map((color) => (
          <span key={color} className={`grid h-16 w-28 place-items-end rounded-field border border-line ${color}`}>
            <span className="m-1 rounded bg-surface px-1 text-xs text-ink">{color.slice(3)}</span>
          </span>
        ))}
      </Section>
      <Section title="Buttons">
        {LOOKS.map((look) => (
          <Button key={look} look={look}>
            {look}
          </Button>
        ))}
        <Button look="primary" busy>
          busy
        </Button>
        <Button disabled>disabled</Button>
      </Section>
      <Section title="Fields">
        <TextField label="Text" hint="A hint" placeholder="Placeholder" />
        <TextField label="Wrong" error="Says what would be right." defaultValue="x" />
        <SelectField label="Choice" options={[{ value: "a", label: "One" }]} />
      </Section>
      <Section title="Badges and progress">
        {(["queued", "running", "completed", "failed", "cancelled"] as const).map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
        {(["A", "B", "C", "D"] as const).map((grade) => (
          <GradeBadge key={grade} grade={grade} />
        ))}
        <Tag>tag</Tag>
        <ProgressBar value={62} label="Example" className="w-48" />
      </Section>
      <Section title="Banners">
        {TONES.map((tone) => (
          <Banner key={tone} tone={tone} title={tone} className="w-full">
            What happened, and what would be right.
          </Banner>
        ))}
      </Section>
      <Section title="Windows and messages">
        <Button onClick={() => setOpen(true)}>Open a dialog</Button>
        <Button onClick={() => notify("good", "Saved.")}>Good news</Button>
        <Button onClick={() => notify("bad", "It did not work.")}>Bad news</Button>
        <Dialog open={open} onOpenChange={setOpen} title="A dialog" description="With its description.">
          <TextField label="Something" />
        </Dialog>
      </Section>
      <div className="grid gap-5 md:grid-cols-2">
        <EmptyState icon={Film} title="Empty" action={<Button>Begin</Button>}>
          What will be here.
        </EmptyState>
        <ErrorState error={new ApiError(403, "PERMISSION_DENIED", "")} />
        <ErrorState error={new ApiError(0, "UNREACHABLE", "")} retry={() => undefined} />
        <Loading />
        <Skeleton className="h-40" />
      </div>
    </>
  );
}
