using System.Security.Cryptography;

namespace Scp.Transport.Crypto;

/// <summary>Finds out, with an answer that is known, whether libcrypto can be used directly.</summary>
internal static class EvpProbe
{
    /// <summary>True when a packet comes out as published, opens again, and does not open once it was touched.</summary>
    public static bool Run()
    {
        try
        {
            // Sessions may still be sealing while the process exits: OpenSSL must not tidy up under them.
            if (EvpNative.InitCrypto(EvpNative.InitNoAtExit, 0) != 1)
            {
                return false;
            }

            return GivesTheKnownAnswer();
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException or CryptographicException)
        {
            // Another version of OpenSSL, or one whose configuration has no AES: the platform's own AES-GCM serves.
            return false;
        }
    }

    /// <summary>Test case 16 of the specification of GCM (McGrew and Viega).</summary>
    private static bool GivesTheKnownAnswer()
    {
        byte[] key = Convert.FromHexString("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        byte[] nonce = Convert.FromHexString("cafebabefacedbaddecaf888");
        byte[] associatedData = Convert.FromHexString("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        byte[] clear = Convert.FromHexString(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
        byte[] @sealed = Convert.FromHexString(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662");
        byte[] tag = Convert.FromHexString("76fc6ece0f4e1768cddf8853bb2d551b");

        byte[] payload = [.. clear];
        byte[] madeTag = new byte[EvpAesGcm.TagBytes];
        using EvpAesGcm cipher = EvpAesGcm.Create(key);
        cipher.Seal(nonce, associatedData, payload, madeTag);
        if (!payload.AsSpan().SequenceEqual(@sealed) || !madeTag.AsSpan().SequenceEqual(tag))
        {
            return false;
        }

        if (!cipher.TryOpen(nonce, associatedData, payload, tag) || !payload.AsSpan().SequenceEqual(clear))
        {
            return false;
        }

        tag[0] ^= 1;
        @sealed.CopyTo(payload, 0);
        return !cipher.TryOpen(nonce, associatedData, payload, tag);
    }
}
