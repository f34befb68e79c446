/** Every component in its states, for whoever builds pages. Only in development, at /gallery; hence English only. */
import { Film } from "lucide-react";
import { useState, type ReactNode } from "react";
import { ApiError } from "@/api/errors";
import { StatusBadge, Tag } from "@/components/badge";
import { Banner, type Tone } from "@/components/banner";
import { Button, type ButtonLook } from "@/components/button";
import { VerdictPanel } from "@/components/calendar/verdict";
import { Card, PageHeader } from "@/components/card";
import { Chart } from "@/components/chart/chart";
import { DAY_S, dayStart, type Series } from "@/components/chart/series";
import { Dialog } from "@/components/dialog";
import { SelectField, TextArea, TextField } from "@/components/field";
import { Hint, NotAssessed } from "@/components/figure";
import { GradeBadge } from "@/components/grade";
import { Wordmark } from "@/components/logo";
import { ProgressBar } from "@/components/progress";
import { ScaleField } from "@/components/scale-field";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { Tabs } from "@/components/tabs";
import { useNotify } from "@/components/toast";

const LOOKS: readonly ButtonLook[] = ["primary", "secondary", "quiet", "danger"];
const TONES: readonly Tone[] = ["info", "good", "warn", "bad"];
const COLORS = [
  "bg-bg", "bg-surface", "bg-sunken", "bg-line", "bg-line-strong", "bg-ink", "bg-muted", "bg-accent", "bg-accent-soft",
  "bg-pond", "bg-teal", "bg-teal-soft", "bg-good-soft", "bg-warn-soft", "bg-bad-soft", "bg-gill",
] as const;

const CHART_X = [0, 1, 2, 3, 4, 5].map((n) => dayStart("2026-05-01") + n * 7 * DAY_S);
const CHART_SERIES: readonly Series[] = [
  { key: "bars", label: "Bars", kind: "bars", color: "--c-line-strong", values: [3, 4, 2, null, 5, 4] },
  { key: "line", label: "Line", kind: "line", color: "--c-accent", values: [5, 5.4, 5.2, null, 6, 6.3] },
  { key: "dashed", label: "Dashed", kind: "dashed", color: "--c-teal", values: [6, 6, 6.2, 6.3, 6.4, 6.6] },
  { key: "dots", label: "Dots", kind: "dots", color: "--c-warn", values: [7, 7.2, 7.1, null, 7.6, 7.8], low: [6.8, 7, 6.9, null, 7.4, 7.5], high: [7.2, 7.4, 7.3, null, 7.8, 8.1] },
];

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
  const [tab, setTab] = useState("one");
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
        <TextArea label="Words" />
        <ScaleField label="Scale" name="scale" low={0} high={10} ends="0 none, 10 the worst" />
      </Section>
      <Section title="Figures over time">
        <div className="w-full">
          <Chart x={CHART_X} series={CHART_SERIES} unit="km/h" label="An example of each kind" />
        </div>
        <NotAssessed name="Example" reason="Why there is no number." />
        <Hint label="More">What it means.</Hint>
      </Section>
      <Section title="Tabs">
        <div className="w-full">
          <Tabs label="Parts" value={tab} onChange={setTab} tabs={["one", "two"].map((value) => ({ value, label: value, content: <p>{value}</p> }))} />
        </div>
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
      <Section title="Verdicts of the safety rules">
        {(["allow", "adjust", "block"] as const).map((decision) => (
          <div key={decision} className="w-80">
            <VerdictPanel
              verdict={{ decision, overridable: decision !== "block", findings: [], alternative: { changes: {}, text: "Allowed: 60 minutes long." }, policy: "default" }}
              onAlternative={() => notify("good", "Taken.")}
            />
          </div>
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
