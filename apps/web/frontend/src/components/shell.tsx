import clsx from "clsx";
import { CalendarDays, CloudOff, Film, LayoutDashboard, MessageSquareText, Radio, Settings, Smartphone, Upload, Users, type LucideIcon } from "lucide-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, Outlet } from "react-router";
import { useCanEdit, useMe } from "@/hooks/use-account";
import { useOnline } from "@/hooks/use-online";
import { ButtonLink } from "./button";
import { LogoMark, Wordmark } from "./logo";
import { Loading } from "./states";
import { UploadChip } from "./upload-chip";

interface Place {
  to: string;
  key: "dashboard" | "sessions" | "scan" | "live" | "players" | "calendar" | "feedback" | "devices" | "settings";
  icon: LucideIcon;
}

const PLACES: readonly Place[] = [
  { to: "/", key: "dashboard", icon: LayoutDashboard },
  { to: "/sessions", key: "sessions", icon: Film },
  { to: "/players", key: "players", icon: Users },
  { to: "/calendar", key: "calendar", icon: CalendarDays },
  { to: "/settings", key: "settings", icon: Settings },
];

/** Where there is room; on a phone the sessions and the players lead there. */
const FEEDBACK: Place = { to: "/feedback", key: "feedback", icon: MessageSquareText };

/** For those who film, where there is room: on a phone the sessions and the settings lead there. */
const FILMING: readonly Place[] = [
  { to: "/live", key: "live", icon: Radio },
  { to: "/pairing", key: "devices", icon: Smartphone },
];

function SideBar({ canEdit }: { canEdit: boolean }) {
  const { t } = useTranslation();
  const { data: me } = useMe();
  return (
    <div className="on-pond sticky top-0 hidden h-dvh w-60 shrink-0 flex-col bg-pond px-4 py-6 text-on-pond lg:flex">
      <Link to="/" className="mb-8 px-2" aria-label={t("nav.home")}>
        <Wordmark />
      </Link>
      {canEdit && (
        <ButtonLink to="/scan/new" className="mb-6 border-0! bg-gill! text-[#2b0414]! hover:bg-[#ffa9c4]!">
          <Upload className="size-4" aria-hidden="true" />
          {t("nav.scan")}
        </ButtonLink>
      )}
      <nav aria-label={t("nav.label")} className="flex flex-col gap-1">
        {[...PLACES.slice(0, -1), FEEDBACK, ...(canEdit ? FILMING : []), ...PLACES.slice(-1)].map(({ to, key, icon: Icon }) => (
          <NavLink
            key={to}
            to={to}
            end={to === "/"}
            className={({ isActive }) =>
              clsx(
                "flex min-h-11 items-center gap-3 rounded-field px-3 font-medium transition-colors",
                isActive ? "bg-pond-raised text-on-pond" : "text-on-pond-muted hover:text-on-pond",
              )
            }
          >
            <Icon className="size-5" aria-hidden="true" />
            {t(`nav.${key}`)}
          </NavLink>
        ))}
      </nav>
      <div className="mt-auto space-y-4">
        <UploadChip />
        <div className="border-t border-pond-raised px-2 pt-4">
          <p className="truncate text-sm font-semibold">{me?.name || me?.email}</p>
          <p className="truncate text-sm text-on-pond-muted">{me?.memberships.map(({ team }) => team.name).join(", ")}</p>
        </div>
      </div>
    </div>
  );
}

function TopBar() {
  const { t } = useTranslation();
  return (
    <div className="on-pond sticky top-0 z-30 flex items-center justify-between gap-3 bg-pond px-4 py-2.5 text-on-pond lg:hidden">
      <Link to="/" className="flex items-center gap-2" aria-label={t("nav.home")}>
        <LogoMark className="size-8" />
        <span className="font-display text-lg font-semibold">Axolotl</span>
      </Link>
      <UploadChip />
    </div>
  );
}

function TabBar({ canEdit }: { canEdit: boolean }) {
  const { t } = useTranslation();
  const scan: Place = { to: "/scan/new", key: "scan", icon: Upload };
  const [first, second, ...rest] = PLACES;
  const places = canEdit ? [first!, second!, scan, ...rest] : PLACES;
  return (
    <nav
      aria-label={t("nav.label")}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {places.map(({ to, key, icon: Icon }) => (
        <NavLink
          key={to}
          to={to}
          end={to === "/"}
          className={({ isActive }) =>
            clsx(
              "flex min-h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-xs font-semibold",
              isActive ? "text-accent-ink" : "text-muted",
            )
          }
        >
          <Icon className="size-5" aria-hidden="true" />
          {t(key === "scan" ? "nav.scanShort" : `nav.${key}`)}
        </NavLink>
      ))}
    </nav>
  );
}

function OfflineBar() {
  const { t } = useTranslation();
  if (useOnline()) return null;
  return (
    <div role="status" className="flex items-center justify-center gap-2 bg-warn-soft px-4 py-2 text-sm font-semibold text-warn">
      <CloudOff className="size-4 shrink-0" aria-hidden="true" />
      {t("state.offline")}
    </div>
  );
}

/** The frame around every page of a signed-in user. */
export function Shell() {
  const { t } = useTranslation();
  const canEdit = useCanEdit();
  return (
    <div className="lg:flex">
      <a href="#content" className="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-60 focus:rounded-field focus:bg-surface focus:px-4 focus:py-2">
        {t("nav.skip")}
      </a>
      <SideBar canEdit={canEdit} />
      <div className="min-w-0 flex-1">
        <TopBar />
        <OfflineBar />
        <main id="content" tabIndex={-1} className="mx-auto max-w-7xl px-4 pt-6 pb-28 outline-none md:px-8 md:pt-9 lg:pb-12">
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <TabBar canEdit={canEdit} />
    </div>
  );
}
