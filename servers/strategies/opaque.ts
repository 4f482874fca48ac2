// An opaque token, introspected at the authorization server on every request (RFC 7662).
import { introspectedStrategy } from './introspected.ts';

export default introspectedStrategy('opaque', (introspect) => ({ introspect, forget() {}, forgetUser() {} }));
