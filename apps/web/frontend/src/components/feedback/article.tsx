import { ExternalLink } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/components/dialog";
import { ErrorState, Skeleton } from "@/components/states";
import { useArticle } from "@/hooks/use-feedback";
import { usePreferences } from "@/hooks/use-preferences";
import { formatDay } from "@/units/format";

function addressOf({ doi, url }: { doi?: string; url?: string }): string | undefined {
  return doi ? `https://doi.org/${doi}` : url;
}

/** Paragraphs and lists of an article; the texts know nothing else. */
function Prose({ text }: { text: string }) {
  return text.split(/\n{2,}/).map((block) =>
    block.startsWith("- ") ? (
      <ul key={block} className="list-disc space-y-1 pl-5">
        {block.split(/\n(?=- )/).map((item) => (
          <li key={item}>{item.slice(2)}</li>
        ))}
      </ul>
    ) : (
      <p key={block}>{block}</p>
    ),
  );
}

/** An article of the knowledge base, with its sources. */
export default function ArticleDialog({ slug, onClose }: { slug: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const article = useArticle(slug);
  return (
    <Dialog open wide onOpenChange={(open) => !open && onClose()} title={article.data?.title ?? t("feedback.evidence.article")}>
      {article.isPending && <Skeleton className="h-60" />}
      {article.isError && <ErrorState error={article.error} retry={() => void article.refetch()} />}
      {article.data && (
        <div className="max-w-[70ch] space-y-3.5 leading-relaxed">
          <Prose text={article.data.text} />
          <section className="border-t border-line pt-4 text-[0.95rem]">
            <h3 className="mb-2 font-semibold">{t("feedback.article.sources")}</h3>
            <ul className="space-y-2">
              {article.data.sources.map((source) => (
                <li key={source.title}>
                  <a href={addressOf(source)} target="_blank" rel="noreferrer" className="font-semibold text-teal underline-offset-2 hover:underline">
                    {source.title}
                    <ExternalLink className="ml-1 inline size-3.5" aria-hidden="true" />
                  </a>
                  <p className="text-muted">{source.what}</p>
                </li>
              ))}
            </ul>
            {article.data.reviewed && (
              <p className="mt-3 text-sm text-muted">{t("feedback.article.reviewed", { when: formatDay(article.data.reviewed, language) })}</p>
            )}
          </section>
        </div>
      )}
    </Dialog>
  );
}
