import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import type { PlayerKpis, PlayerPage } from "@/api/types";
import { Banner } from "@/components/banner";
import { usePreferences } from "@/hooks/use-preferences";
import { formatClock, formatDate } from "@/units/format";

const LINK = "inline-flex min-h-8 items-center rounded-full border border-current px-3 text-sm font-semibold hover:bg-surface";

/** More moments than these are told as a number. */
const MOST_LINKS = 8;

function percent(share: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent" }).format(share);
}

/** The moments as links that show them in the film; `to` is the session's page. */
function Moments({ moments, to, query }: { moments: readonly number[]; to: string; query: URLSearchParams }) {
  const { t } = useTranslation();
  const address = (moment: number) => {
    const asked = new URLSearchParams(query);
    asked.set("t", String(moment));
    return `${to}?${asked.toString()}`;
  };
  return (
    <ul className="mt-2 flex flex-wrap items-center gap-2">
      {moments.slice(0, MOST_LINKS).map((moment) => (
        <li key={moment}>
          <Link to={address(moment)} className={LINK} aria-label={t("doubt.show", { time: formatClock(moment) })}>
            {formatClock(moment)}
          </Link>
        </li>
      ))}
      {moments.length > MOST_LINKS && <li className="text-sm">{t("doubt.more", { count: moments.length - MOST_LINKS })}</li>}
    </ul>
  );
}

/** Of one track: where two players may have been mixed up, what that means for the figures, and what to do. */
export function IdentityDoubt({ player: { quality, player } }: { player: PlayerKpis }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { pathname } = useLocation();
  const { identity_doubt: chance = 0, doubtful_s: moments = [] } = quality;
  if (moments.length === 0) return null;
  const query = new URLSearchParams(player ? { player: player.id } : {});
  return (
    <Banner tone="warn" title={t("doubt.title", { chance: percent(chance, language), count: moments.length })}>
      <p>{t("doubt.meaning")}</p>
      <Moments moments={moments} to={pathname} query={query} />
      <p className="mt-2">{t("doubt.remedy")}</p>
    </Banner>
  );
}

/** Of a player over time: in which sessions. */
export function DoubtfulSessions({ doubts, playerId }: { doubts: PlayerPage["doubts"]; playerId: string }) {
  const { t } = useTranslation();
  const { language, timeZone } = usePreferences();
  if (doubts.length === 0) return null;
  return (
    <Banner tone="warn" title={t("doubt.sessions", { count: doubts.length })} className="mb-5">
      <p>{t("doubt.meaning")}</p>
      <ul className="mt-2 space-y-3">
        {doubts.map(({ session_id: id, title, start, identity_doubt: chance, doubtful_s: moments }) => (
          <li key={id}>
            <p>
              <Link to={`/sessions/${id}?player=${playerId}`} className="font-semibold underline underline-offset-2">
                {title || t("sessions.untitled")}
              </Link>{" "}
              · {formatDate(start, language, timeZone)} · {t("doubt.chance", { chance: percent(chance, language) })}
            </p>
            <Moments moments={moments} to={`/sessions/${id}`} query={new URLSearchParams({ player: playerId })} />
          </li>
        ))}
      </ul>
      <p className="mt-2">{t("doubt.remedy")}</p>
    </Banner>
  );
}
