import { connectLinkAnswer, madeLinkAnswer } from '../../connect/answer';
import { connectLinkId, connectLinkList, newConnectLink } from '../../connect/input';
import { connectionId } from '../../connections/input';
import { pageOf } from '../answers';
import { operation } from '../operation';
import { perVendor } from '../per-vendor';

/** Links by which customers connect, or renew their access (docs/connecting.md). */

const tag = 'connect links';

export const makeConnectLink = operation({
  id: 'makeConnectLink',
  right: 'administer',
  action: 'connect-link.created',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connect-links',
  summary: 'Make a link by which a customer connects',
  input: { body: newConnectLink },
  fullBody: perVendor(newConnectLink),
  status: 201,
  answer: madeLinkAnswer,
  problems: ['connection.misconfigured', 'conflict'],
});

export const renewByLink = operation({
  id: 'makeRenewalLink',
  right: 'administer',
  action: 'connect-link.created',
  audited: 'change',
  tag,
  method: 'post',
  path: '/connections/:id/connect-link',
  summary: 'Make a link by which a customer renews the access of a connection',
  input: { params: connectionId },
  status: 201,
  answer: madeLinkAnswer,
  problems: ['connection.missing', 'connection.misconfigured', 'conflict'],
});

export const listConnectLinks = operation({
  id: 'listConnectLinks',
  right: 'read',
  action: 'connect-link.listed',
  audited: 'refusals',
  tag,
  method: 'get',
  path: '/connect-links',
  summary: 'List connect links, newest first',
  input: { query: connectLinkList },
  status: 200,
  answer: pageOf(connectLinkAnswer),
  problems: [],
});

export const deleteConnectLink = operation({
  id: 'deleteConnectLink',
  right: 'administer',
  action: 'connect-link.deleted',
  audited: 'change',
  tag,
  method: 'delete',
  path: '/connect-links/:id',
  summary: 'Delete a connect link, so that it can no longer be used',
  input: { params: connectLinkId },
  status: 204,
  answer: null,
  problems: ['not_found'],
});
