import { api, done, unwrap, unwrapPage, type Page } from "./client";
import type { components } from "./schema";
import type { Member, Role, Team } from "./types";

type Schemas = components["schemas"];
export type InvitedAs = Schemas["InvitedAsEnum"];
export type InvitationInput = Schemas["InvitationInputRequest"];
export type TeamInput = Schemas["TeamInputRequest"];
export type TeamChange = Schemas["PatchedTeamInputRequest"];
type Invitation = Schemas["InvitationOutput"];

/** More members than any team has. */
const MOST_MEMBERS = 100;

const byId = (team_id: string) => ({ params: { path: { team_id } } });

export function createTeam(body: TeamInput): Promise<Team> {
  return unwrap(api.POST("/api/teams", { body }));
}

export function changeTeam(team_id: string, body: TeamChange): Promise<Team> {
  return unwrap(api.PATCH("/api/teams/{team_id}", { ...byId(team_id), body }));
}

export function deleteTeam(team_id: string): Promise<void> {
  return done(api.DELETE("/api/teams/{team_id}", byId(team_id)));
}

export function leaveTeam(team_id: string): Promise<void> {
  return done(api.POST("/api/teams/{team_id}/leave", byId(team_id)));
}

export function listMembers(team_id: string): Promise<Page<Member>> {
  return unwrapPage(api.GET("/api/teams/{team_id}/members", { params: { path: { team_id }, query: { per_page: MOST_MEMBERS } } }));
}

export function changeRole(team_id: string, membership_id: string, role: Role): Promise<Member> {
  return unwrap(api.PATCH("/api/teams/{team_id}/members/{membership_id}", { params: { path: { team_id, membership_id } }, body: { role } }));
}

export function removeMember(team_id: string, membership_id: string): Promise<void> {
  return done(api.DELETE("/api/teams/{team_id}/members/{membership_id}", { params: { path: { team_id, membership_id } } }));
}

export function listInvitations(team_id: string): Promise<Page<Invitation>> {
  return unwrapPage(api.GET("/api/teams/{team_id}/invitations", byId(team_id)));
}

export function inviteToTeam(team_id: string, body: InvitationInput): Promise<unknown> {
  return unwrap(api.POST("/api/teams/{team_id}/invitations", { ...byId(team_id), body }));
}

const byInvitation = (team_id: string, invitation_id: string) => ({ params: { path: { team_id, invitation_id } } });

/** By a new link; the older one no longer works. */
export function resendInvitation(team_id: string, invitation_id: string): Promise<unknown> {
  return unwrap(api.POST("/api/teams/{team_id}/invitations/{invitation_id}/resend", byInvitation(team_id, invitation_id)));
}

export function takeBackInvitation(team_id: string, invitation_id: string): Promise<void> {
  return done(api.DELETE("/api/teams/{team_id}/invitations/{invitation_id}", byInvitation(team_id, invitation_id)));
}
